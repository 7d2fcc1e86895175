-- Changing data
insert into cities values ('x')
insert into cities (city) select city from cities
insert into places.towns values (1)
update cities set city = 'x'
update cities set people = people + 1 where state = 'MD'
delete from cities
delete from cities where true
truncate table cities
truncate cities
merge into cities using cities s on cities.city = s.city when matched then delete
replace into cities values ('x')
insert overwrite cities select * from cities
copy cities from '/etc/passwd'
copy cities to '/tmp/out.csv'
copy (select * from cities) to '/tmp/out.parquet' stored as parquet
copy (select * from cities) to 's3://bucket/out.csv'
copy (select 1) to program 'sh'
with gone as (delete from cities returning *) select * from gone
with n as (insert into cities values ('x') returning *) select * from n
with u as (update cities set city = 'x' returning *) select * from u
select * into copy from cities
select city into temp t from cities
upsert into cities values ('x')
load data infile '/etc/passwd' into table cities
import into cities csv data ('x')
unload (select 1) to 's3://b'
-- Changing what there is
create table t (a int)
create table t as select * from cities
create temp table t as select 1
create or replace table t as select 1
create view v as select * from cities
create or replace view v as select 1
create materialized view v as select 1
create external table t stored as csv location '/etc/passwd'
create external table t (a varchar) stored as parquet location '/'
create external table t stored as json location 'http://127.0.0.1/'
create external table t stored as csv location 's3://bucket/key'
create unbounded external table t stored as csv location '/dev/zero'
create schema s
create database d
create function f(int) returns int return $1 + 1
create or replace function f() returns int language sql as 'select 1'
create aggregate a (int) (sfunc = f)
create index i on cities (city)
create role r
create user u
create sequence s
create type t as enum ('a')
create domain d as int
create extension plpython3u
create trigger t after insert on cities execute function f()
create policy p on cities
create server s foreign data wrapper w
create macro m() as 1
create secret s (type s3)
drop table cities
drop table if exists cities cascade
drop view v
drop schema public cascade
drop database townhall
drop function f
drop index i
drop role r
alter table cities add column x int
alter table cities drop column city
alter table cities rename to c
alter role r superuser
alter system set x = 1
alter session set x = 1
comment on table cities is 'x'
grant all on cities to public
revoke all on cities from public
reindex table cities
vacuum
vacuum full cities
analyze cities
analyze table cities compute statistics
optimize table cities
cluster cities
refresh materialized view v
msck repair table cities
cache table cities
uncache table cities
-- Sessions, settings, transactions, preparations
set x = 1
set datafusion.execution.batch_size = 1
set datafusion.catalog.information_schema = true
set time zone 'utc'
set role admin
set session authorization admin
reset x
reset all
begin
begin transaction
start transaction read write
commit
rollback
savepoint a
release savepoint a
prepare p as select 1
prepare p(int) as select $1
execute p
execute p(1)
execute immediate 'select 1'
deallocate p
deallocate all
declare c cursor for select 1
fetch next from c
open c
close c
discard all
use townhall
use schema public
call f()
do $$ begin end $$
exec xp_cmdshell 'id'
kill 1
kill query 1
listen a
notify a
unlisten a
lock table cities
unlock tables
checkpoint
flush tables
shutdown
attach database '/tmp/x.db' as x
detach database x
pragma table_info('cities')
install httpfs
load httpfs
raise error
-- Looking round
show tables
show all
show columns from cities
show create table cities
show functions
show databases
show variables
show time zone
describe cities
desc cities
explain select * from cities
explain analyze select * from cities
explain verbose select 1
explain format json select 1
select * from information_schema.tables
select * from information_schema.columns
select * from information_schema.df_settings
select * from information_schema.routines
select * from information_schema.parameters
select * from information_schema.views
select * from information_schema.schemata
select * from townhall.information_schema.tables
select * from datafusion.public.cities
select * from datafusion.information_schema.tables
select * from pg_catalog.pg_class
select * from pg_class
select * from pg_tables
select * from pg_shadow
select * from pg_stat_activity
select * from sqlite_master
select * from sqlite_schema
select * from mysql.user
select * from sys.objects
select * from all_tables
select * from dual
select * from duckdb_settings()
select * from _table_metadata
select version()
select current_user
select current_setting('x')
select pg_backend_pid()
select inet_server_addr()
select input_file_name() from cities
select file_row_index() from cities
select _row from cities
select cities._row from cities
select * from records
select * from users
select * from places.secrets
select * from a.b.c.d
select (select count(*) from users) from cities
select city from cities where city in (select name from users)
select city from cities where exists (select 1 from users)
select * from cities join users on cities.city = users.name
select * from cities union select * from users
with cities as (select * from users) select * from cities
-- Files and addresses
select * from '/etc/passwd'
select * from "/etc/passwd"
select * from '/etc/passwd.csv'
select * from 'file:///etc/passwd'
select * from "file:///etc/passwd"
select * from 'http://127.0.0.1/x.csv'
select * from 'https://example.com/x.parquet'
select * from 's3://bucket/x.parquet'
select * from 'townhall://blobs/x.parquet'
select * from "townhall://blobs/x.parquet"
select * from '../townhall.db'
select * from '*.parquet'
select * from read_csv('/etc/passwd')
select * from read_csv_auto('/etc/passwd')
select * from read_parquet('/etc/passwd')
select * from read_json('/etc/passwd')
select * from read_text('/etc/passwd')
select * from parquet_scan('x')
select * from parquet_metadata('x.parquet')
select * from metadata_cache()
select * from glob('/*')
select * from openrowset('x')
select * from openquery(s, 'select 1')
select * from url('http://127.0.0.1', CSV)
select * from file('/etc/passwd')
select * from dblink('host=127.0.0.1', 'select 1')
select * from postgres_query('x', 'y')
select pg_read_file('/etc/passwd')
select pg_ls_dir('/')
select lo_import('/etc/passwd')
select load_file('/etc/passwd')
select load_extension('x')
select readfile('/etc/passwd')
select writefile('/tmp/x', 'y')
select xmlparse(document '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')
select utl_http.request('http://127.0.0.1/')
select getenv('HOME')
select system('id')
select eval('1')
-- More than one
select 1; select 2
select city from cities; drop table cities
; ; select 1; select 2;
select city from cities; set x = 1
select 1 /* */; delete from cities
-- Without an end or a bound
with recursive r as (select 1 as n union all select n + 1 from r) select * from r
with recursive r(n) as (values (1) union all select n + 1 from r where n < 1000000000) select count(*) from r
select * from generate_series(1, 1000000000)
select * from range(1000000000)
select unnest(generate_series(1, 1000000000))
select generate_series(1, 1000000000)
select range(1, 1000000000)
select repeat('x', 2000000000)
select repeat(city, 1000000000) from cities
select lpad('x', 2000000000, 'y')
select rpad('x', 1000001, 'y')
select lpad('x', cast(people as int) * 100000000, 'y') from cities
select space(1000000000)
select array_repeat(1, 1000000000)
select array_resize(make_array(1), 1000000000)
select count(*) from cities a, cities b, cities c
select count(*) from cities a cross join cities b
select count(*) from cities a join cities b on true
select count(*) from cities a join cities b on a.people < b.people
select count(*) from cities a join cities b on 1 = 1
select count(*) from cities a left join cities b on a.people > b.people
select count(*) from cities a natural join (select 1 as z) b cross join cities c cross join cities d
select array_agg(a.city) from cities a, cities b
select a.* from cities a, cities b order by a.city
select count(*) from cities a full join cities b on a.people <> b.people
select regexp_like(city, repeat('(a*)*', 1000)) from cities
select regexp_replace(city, city, 'x') from cities
select regexp_match(city, '(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}(a|b){1,1000}') from cities
select uuid() from cities
select random() from cities
select pg_sleep(1000)
select sleep(1000)
select benchmark(1000000000, md5('x'))
waitfor delay '0:0:10'
-- Broken and odd
select
select *
select city frm cities
select city from cities where
select city from
select * from cities where city = 'x
select * from cities where (city = 'x'
select nope from cities
select nope() from cities
select city from cities group by state
select sum(city) from cities
values
table users
from cities
select * from cities limit -1
select * from cities order by nope
select $1
select ? from cities
select @@version
select :name
select city from cities where city = @x
select city from cities for update of x
\d
\copy cities to x
{call f}
<script>
()
''
1
null
select count(distinct) from cities

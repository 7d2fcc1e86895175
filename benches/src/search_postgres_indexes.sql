update dataset set document =
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', array_to_string(keywords, ' ')), 'B')
    || setweight(to_tsvector('english', replace(columns, '_', ' ')), 'C')
    || setweight(to_tsvector('english', publisher), 'C')
    || setweight(to_tsvector('english', description), 'D');
vacuum full dataset;
create index on dataset using gin (document);
create index on dataset using gin (keywords);
create index on dataset using gin (topics);
create index on dataset using gin (formats);
create index on dataset using gin (has);
create index on dataset using gin (years);
create index on dataset (organization);
create index on dataset (license);
create index on dataset (access_level);
create index on dataset (kind);
create index on dataset (changed desc nulls last, id);
create index on dataset (modified desc nulls last, id);
create index on dataset (issued desc nulls last, id);
create index on dataset (title_sort, id);
create index on dataset using gist (box1);
create index on dataset using gist (box2);
create index on dataset using gist (span);
create table vocabulary as
    select word, ndoc
    from ts_stat('select to_tsvector(''simple'', title || '' '' || array_to_string(keywords, '' '') || '' '' || description) from dataset')
    where length(word) between 4 and 40 and ndoc > 10;
create index on vocabulary using gin (word gin_trgm_ops);
vacuum analyze;
